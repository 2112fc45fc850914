require('ganvas/hexo')(hexo);
